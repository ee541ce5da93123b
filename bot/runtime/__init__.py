"""What any program of this kind needs: jobs, tasks behind acks, logs, ports."""
