"""A simulated year of check-ins: members of many temperaments, and a judge of what reached them."""
