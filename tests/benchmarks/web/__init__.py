"""The figures of the web apps: bytes, Lighthouse, frames, clicks. A command, not a test."""
