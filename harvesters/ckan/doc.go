// Package ckan harvests the datasets of a CKAN portal through its action API,
// version 3 (docs.ckan.org/en/latest/api), and reads answers of that API that
// lie in a file. It yields what the portal says of each dataset; what the
// values mean in our vocabularies is catalog's business, and the files of the
// datasets are those of harvesters/file.
package ckan
