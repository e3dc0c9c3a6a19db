# See README.md; `make run` and `make test` are all you need.
db: ## start the throwaway test database and print how to reach it
	@deploy/testdb.sh start
	@echo "export PONET_TEST_DATABASE_URL='$$(deploy/testdb.sh url)'"

.PHONY: db
