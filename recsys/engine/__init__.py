"""The recommender engine: orders and a catalog go in, ranked lists with their measured quality come out."""
