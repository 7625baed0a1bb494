"""All SQL. What is kept about anybody can be read here, in `personal_data.py` first."""
