"""The use cases about people and their accounts."""
