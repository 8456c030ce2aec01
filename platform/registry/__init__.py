"""The platform's register: who runs it, which tenants it has, under which hosts and schemas."""
