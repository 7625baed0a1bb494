"""Discord's REST API v10: routing, validation, rate limits, errors, and one module per resource."""
