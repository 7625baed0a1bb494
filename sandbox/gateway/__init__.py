"""Discord's gateway v10: WebSocket connections, sessions, intents and dispatch."""
