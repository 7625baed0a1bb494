"""The privacy policy that an operator can adopt: a template to fill in, with a table of what is saved."""
