package encoderform

import (
	"context"

	"pubpoint/engine"
	"pubpoint/ui/page"
)

// CommandOperator is what a Command asks for; it may be called from any goroutine.
type CommandOperator interface {
	EncoderCommand(spec engine.EncoderSpec) (string, error)
}

// Command shows the exact command line of a spec, to be copied. It asks for one at a time: while an
// answer is awaited the newest spec waits, and those in between are never asked for.
type Command struct {
	Box *page.CodeBox

	host     page.Host
	operator CommandOperator
	asking   bool
	waiting  *engine.EncoderSpec
}

// NewCommand makes an empty box.
func NewCommand(host page.Host, operator CommandOperator) *Command {
	return &Command{Box: page.NewCodeBox(host.Copy), host: host, operator: operator}
}

// Show shows the command of spec as soon as it is known.
func (c *Command) Show(spec engine.EncoderSpec) {
	if c.asking {
		c.waiting = &spec
		return
	}
	c.asking = true
	var line string
	c.host.Do(func(context.Context) error {
		var err error
		line, err = c.operator.EncoderCommand(spec)
		return err
	}, func(err error) {
		c.asking = false
		if next := c.waiting; next != nil {
			c.waiting = nil
			c.Show(*next)
			return
		}
		if err != nil { // what a shell passes over, should somebody copy it
			line = "# " + page.Sentence(engine.Sentence(err))
		}
		c.Box.SetText(line)
	})
}
