// Package match says whether two records describe one real thing, and why. It
// is pure: it knows no database, and who compares what with what is left to
// others, as is what is done about it.
//
// A hard identifier decides (spec/metadata.md §4.2); where there is none, what
// the two say is compared field by field, and every field adds a weight, the
// logarithm of how much more often fields agree so in one thing than in two
// (Fellegi and Sunter, A Theory for Record Linkage, 1969). What is missing adds
// nothing. The sum is a probability; rules that no sum may overrule come last.
// The weights are learned from labelled pairs of real sources: see learn_test.go.
package match
