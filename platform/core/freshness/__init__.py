"""When a store last changed in a way its pages show: written in the transaction of the change, read by every process."""
