"""Tables, migrations and one store per subject. Knows nothing of Discord, HTTP or the API."""
