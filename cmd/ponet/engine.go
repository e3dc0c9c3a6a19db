package main

import "po-net.prato.it/ponet/catalog/postgis"

// engine is the store that pages and API read.
func (sh *shell) engine(n *node) (*postgis.Store, error) { return n.Store, nil }
