"""What the workspace and the app are called by everything that is sent."""

TEAM_ID = "T0LOCAL"
TEAM_DOMAIN = "local"
APP_ID = "A0LOCAL"
BOT_ID = "B0BOT"
