"""What travels over HTTP: request bodies, which refuse unknown fields, and answers, in camelCase."""
