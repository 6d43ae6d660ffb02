"""One file per subject, thin: parse, check permission, call one service method, reply."""
