"""What a training measured, in forms to store, to print and to show."""
