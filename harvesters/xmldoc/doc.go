// Package xmldoc reads foreign XML of moderate size (metadata answers, not data
// files) into a tree that XPath expressions are asked of. It has any encoding, no
// document types, no entities but those of HTML, limits on depth and nodes, and
// puts right what is usually wrong. What the elements mean is left to the
// protocols; XML that is as large as a data file is streamed by harvesters/file.
package xmldoc
