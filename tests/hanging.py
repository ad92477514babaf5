"""The limit for a program that a test starts and that might hang. No machine is so busy that it decides a test."""

SECONDS = 1800
