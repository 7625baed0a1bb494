"""Consent, personal data, retention and erasure."""
