"""`aibwatch simulate`: an incident, lived through by the whole daemon on virtual time."""
