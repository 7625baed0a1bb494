"""The privacy policy that an operator can adopt: places to fill in, and what is kept as the tables say."""
