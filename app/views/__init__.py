"""How each read model is filled, and by what its list can be filtered and sorted."""
