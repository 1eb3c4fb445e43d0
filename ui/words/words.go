// Package words turns what the window says into the operator's language. English is written where
// it is used, in each package's text.go, and is the key under which a translation is looked up:
// what has none is shown in English.
package words

import (
	"fmt"

	"fyne.io/fyne/v2/lang"
)

// T is s in the operator's language.
func T(s string) string { return lang.L(s) }

// F is fmt.Sprintf with the format in the operator's language, which may take the arguments in
// another order ("%[2]s").
func F(format string, args ...any) string { return fmt.Sprintf(lang.L(format), args...) }
