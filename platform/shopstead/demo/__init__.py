"""Two demo stores of the project's own making; never in production."""
