"""Rooms: the standing places of a server."""
