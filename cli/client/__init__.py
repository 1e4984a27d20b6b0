"""The API over HTTP: requests, answers, events, refusals."""
