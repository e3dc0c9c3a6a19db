//go:build !linux

package private

import "syscall"

// endWithUs can promise nothing here: the kernel does not stop a child whose
// parent was killed. The next start stops such a server (waitForLeftovers).
func endWithUs(*syscall.SysProcAttr) {}
