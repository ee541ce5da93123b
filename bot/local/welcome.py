"""What is said first in the local Slack, to whoever opens it for the first time."""

WELCOME = (
    ":wave: *Welcome.* This is a small Slack of your own, to try HelpDesk in: nothing here leaves "
    "this machine. You are Ada, who asks; in the bar at the top you become Olga, who works on the "
    "tickets in #helpdesk. A few are there to look at, and one of them is late within a minute. "
    "What is yours to see to is in the app's *Home*, at the left. Three things to try first:"
)
