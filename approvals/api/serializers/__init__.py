"""What do answers look like? Shapes only, one file a resource; numbers of persons and phones are masked here."""
