package private

import "syscall"

// endWithUs has the kernel stop the child when we end in whatever way. SIGINT
// is PostgreSQL's fast shutdown: nobody is waited for, everything is saved.
func endWithUs(a *syscall.SysProcAttr) { a.Pdeathsig = syscall.SIGINT }
