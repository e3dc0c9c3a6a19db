# `make run` and `make test` are all you need; see README.md.
export PONET_DATA ?= ./data
GO = deploy/go

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: bin/ponet ## install what is missing, build, and open a first territory on http://127.0.0.1:8080
	bin/ponet demo

test: ## install what is missing and run every check: format, lint, tests on PostGIS, fuzz, browser
	@deploy/deps.sh test
	@deploy/test.sh

build: bin/ponet ## build bin/ponet only

bin/ponet: FORCE
	@deploy/deps.sh run
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ponet ./cmd/ponet

assets: ## build the portal's scripts and styles anew (needs Node; users of Go do not)
	@deploy/deps.sh assets
	cd portal && npm ci --no-audit --no-fund && npm run build

assets-check: assets ## fail if the committed assets are not what `make assets` builds
	@changed=$$(git status --porcelain portal/assets); \
	if [ -n "$$changed" ]; then echo "portal/assets is not what make assets builds:"; echo "$$changed"; git diff --stat portal/assets; exit 1; fi
	@echo "portal/assets is what make assets builds"

db: ## start a throwaway test database and print how to reach it; deploy/testdb.sh stop ends it
	@deploy/testdb.sh start
	@echo "export PONET_TEST_DATABASE_URL='$$(deploy/testdb.sh url)'"

fuzz: ## run every fuzz test for ten minutes together
	PONET_FUZZ_SECONDS=600 deploy/fuzz.sh

simulate: ## play SEEDS=1000 scripted histories of sources with faults and kills against the rules, from FROM=1 on; SEED=1234 plays one again and tells it
	@deploy/testdb.sh start
	PONET_TEST_DATABASE_URL="$$(deploy/testdb.sh url)" PONET_SIMULATE_SEEDS="$(or $(SEEDS),1000)" PONET_SIMULATE_FROM="$(FROM)" PONET_SIMULATE_SEED="$(SEED)" \
	  $(GO) test -vet=off -count 1 -timeout 12h -v -run Schedules ./harvesters/simulate

bench: ## run the benchmarks, ten times for benchstat
	@deploy/testdb.sh start
	PONET_TEST_DATABASE_URL="$$(deploy/testdb.sh url)" $(GO) test -run '^$$' -bench . -benchmem -count 10 ./...

install: ## put the built bin/ponet, its service and its settings in place (as root, after make build; DESTDIR and PREFIX as usual)
	@[ -x bin/ponet ] || { echo "there is no bin/ponet yet: run make build first, as yourself" >&2; exit 1; }
	install -D -m 755 bin/ponet $(DESTDIR)$(PREFIX)/bin/ponet
	for unit in ponet.service ponet-backup.service ponet-backup.timer; do \
	  mkdir -p $(DESTDIR)/etc/systemd/system && sed 's#/usr/local/bin/#$(PREFIX)/bin/#' deploy/$$unit >$(DESTDIR)/etc/systemd/system/$$unit; done
	[ -e $(DESTDIR)/etc/ponet/ponet.env ] || install -D -m 640 deploy/ponet.env $(DESTDIR)/etc/ponet/ponet.env
	@echo "Next: adduser --system --group --home /var/lib/ponet ponet; edit /etc/ponet/ponet.env; systemctl daemon-reload; systemctl enable --now ponet ponet-backup.timer"

FORCE:
PREFIX ?= /usr/local
.PHONY: help run test build install assets assets-check db fuzz simulate bench FORCE
