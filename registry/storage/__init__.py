"""The database: engine, unit of work, migrations. SQLAlchemy Core; rooms bring their own tables."""
