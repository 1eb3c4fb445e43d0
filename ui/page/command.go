package page

import (
	"fyne.io/fyne/v2"

	"pubpoint/ui/look"
)

// Command is something that can be done, by its name: what the command palette offers.
type Command struct {
	Name string        // what a person looks for, verb first, in the operator's language: "Stop oceans"
	Note string        // a few quiet words that tell it from others, such as a state; may be empty
	Keys string        // the keys that do the same, such as "Ctrl+N"; may be empty
	Icon look.IconName // may be empty
	// Do does it, on the Fyne goroutine, once the palette is gone. What ends something asks first.
	Do func()
}

// Commander is a page that offers commands while it is shown. Fyne goroutine.
type Commander interface {
	Commands() []Command
}

// KeyTaker is a page that knows keys without modifiers while it is shown and nothing on it has the
// keyboard, or what has it does not use them. It reports whether it has used the key; the frame does
// with the others what they mean everywhere. Fyne goroutine.
type KeyTaker interface {
	TypedKey(*fyne.KeyEvent) bool
}

// Help is a line of the sheet of shortcuts: keys, and what they do, in the operator's language.
type Help struct{ Keys, What string }

// Helper is a page that has keys of its own to tell of. Fyne goroutine.
type Helper interface {
	Help() []Help
}
