"""The whole product on one machine: servers out of wheels, two operators, one port."""
