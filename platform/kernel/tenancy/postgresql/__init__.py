"""Django database engine `kernel.tenancy.postgresql`: django-tenants' backend, made strict."""
