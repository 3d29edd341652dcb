"""Rows of a store in, figures of days, periods and products out; money is int64 in minor units.

`daily` and `products` work with pandas, in jobs only; `periods` and `revenue` are plain arithmetic that pages may call.
"""
