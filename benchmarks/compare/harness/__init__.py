"""What benchmarks/compare/run is made of."""
