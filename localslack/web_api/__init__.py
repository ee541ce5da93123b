"""The Web API as the app calls it."""
