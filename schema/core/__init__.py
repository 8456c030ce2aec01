"""What every part of the schema is made with: fields with rights, results, ids, money, texts."""
