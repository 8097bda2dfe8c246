(class_definition name: (_) @name) @class
(function_definition name: (_) @name) @function
((function_definition name: (_) @name) @test (#match? @name "^test"))
(module (expression_statement (assignment left: (identifier) @name) @constant))
(class_definition body: (block (expression_statement (assignment left: (identifier) @name) @constant)))
(type_alias_statement left: (_) @name) @type
