"""A simulated year of check-ins for members with many temperaments, and a judge of what reached them."""
