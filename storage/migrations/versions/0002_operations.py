"""operations

What operators work with. Each noun has a function of its own.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _jobs()


def downgrade() -> None:
    op.drop_column('jobs', 'removed_at')


def _jobs() -> None:
    op.add_column('jobs', sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True))
