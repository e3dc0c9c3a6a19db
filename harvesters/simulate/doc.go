// Package simulate proves the run of a harvest: it plays histories of a scripted
// source, with faults of the source, of the network, of our process and of our
// database, and holds the catalogue against rules written apart from the engine.
//
// All of it are tests. A seed decides everything, so that one that fails is
// played again by its number: make simulate SEED=1234.
//
//   - world_test.go: what the source truly holds, and how that changes
//   - kinds_test.go and its neighbours: the servers that tell of it, one for each
//     protocol, read by the protocol's own code
//   - fault_test.go: what goes wrong with an answer
//   - proxy_test.go: what goes wrong between us and PostgreSQL, statement by
//     statement; a killed process is one whose connections are cut and not renewed
//   - acts_test.go, revert_test.go: what an operator does between the harvests
//   - crash_test.go: PostgreSQL is stopped at once, and started again
//   - oracle_test.go: the rules
//   - state_test.go, audit_test.go: what the catalogue holds, and what must agree in it
//   - simulate_test.go: a seed's history, from its first run to its last
package simulate
