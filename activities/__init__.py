"""What workflows call: model requests, storage and rendering. The only place errors become ApplicationError."""
