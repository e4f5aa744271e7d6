// Package prompting gives advice on prompts: what a service may read in another
// way than it was meant, and how to mend it. The rules are data, and none of
// them keeps anybody from sending a prompt as it is.
package prompting
