"""What Discord accepts in request bodies: schemas, and rules that span several fields."""
